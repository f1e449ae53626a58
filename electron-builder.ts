// biome-ignore-all lint/suspicious/noTemplateCurlyInString: electron-builder fills them in.
import { existsSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Arch, type Configuration } from 'electron-builder'

/**
 * The packages. Everything a studio needs is inside: Node itself, the starter models, the fonts; nothing is fetched at
 * the first start, and nothing is published. Each system's packages are built on that system, where npm ci installed
 * its native libraries.
 *
 *     resources/
 *       app.asar                 Electron's own: the shell (main.mjs) and the preload script
 *       app.asar.unpacked/       what plain Node runs and reads, which cannot look into an asar: service, workers,
 *                                command line, page, native libraries
 *       node  models/  fonts/    src-main/hosts/electron/place.ts names them
 *       licenses/
 */

/** What the install script of onnxruntime-node needs, which the product does not run. */
const INSTALLING = [
  'adm-zip',
  'define-data-property',
  'define-properties',
  'es-define-property',
  'es-errors',
  'escape-string-regexp',
  'global-agent',
  'globalthis',
  'gopd',
  'has-property-descriptors',
  'matcher',
  'object-keys',
  'serialize-error',
  'type-fest',
]

const licence = (from: string, name: string) => ({ from, to: `licenses/${name}` })

/** `os` as the packages of npm call it. */
const runtime = (os: string, node: string) => [
  { from: `node_modules/node-${os}-\${arch}/bin/${node}`, to: node },
  licence(`node_modules/node-${os}-\${arch}/LICENSE`, 'node.txt'),
]

const config: Configuration = {
  appId: 'dev.broadside.app',
  productName: 'Broadside',
  copyright: 'Copyright 2026 the Broadside authors',
  artifactName: 'Broadside-${version}-${os}-${arch}.${ext}',
  directories: { output: 'dist', buildResources: 'assets' },
  icon: 'assets/icon.png',
  publish: null,
  // A deb names a person and a site; this program has neither, and says so in a form that can never be anybody's.
  extraMetadata: { author: 'the Broadside authors', homepage: 'https://broadside.invalid' },
  npmRebuild: false, // the native libraries run in Node, not in Electron
  electronLanguages: ['en', 'en-US', 'zh-CN', 'zh_CN'],

  files: [
    'out/{main,preload,renderer}/**',
    'package.json',
    '!node_modules/node-*/**', // the runtime lies beside
    '!node_modules/onnxruntime-node/script/**',
    '!node_modules/onnxruntime-node/bin/napi-v6/!(${platform})/**',
    '!node_modules/onnxruntime-node/bin/napi-v6/*/!(${arch})/**',
    '!node_modules/@napi-rs/canvas-!(${platform}-${arch}|${platform}-${arch}-*)/**',
    '!node_modules/@img/!(colour|sharp-${platform}-${arch}|sharp-libvips-${platform}-${arch})/**',
    `!node_modules/{${INSTALLING.join(',')}}/**`,
    '!**/*.{ts,mts,cts,map}',
  ],
  asarUnpack: ['out/main/!(main).mjs', 'out/renderer/**', 'node_modules/**'],

  extraResources: [
    { from: 'assets', to: 'app.asar.unpacked/assets', filter: ['*.json'] },
    { from: 'assets/icon.png', to: 'icon.png' },
    { from: 'models/starter', to: 'models' },
    ...['@fontsource', '@fontsource-variable'].map((scope) => ({
      from: `node_modules/${scope}`,
      to: `fonts/${scope}`,
      filter: ['**/*.woff2', '*/*.css', '*/unicode.json', '*/package.json', '*/LICENSE'],
    })),
    licence('LICENSE', 'broadside.txt'),
    licence('NOTICE', 'NOTICE.txt'),
    licence('out/main/licenses.md', 'service.md'),
    licence('out/renderer/licenses.md', 'page.md'),
  ],

  async afterPack({ appOutDir, packager, electronPlatformName, arch }) {
    const resources = packager.getResourcesDir(appOutDir)
    // The service reads its version there. Not unpacked, but a copy: Electron reads the one that the asar's hash covers.
    await copyFile('package.json', join(resources, 'app.asar.unpacked', 'package.json'))
    requireWhole(resources, electronPlatformName, Arch[arch])
  },

  fileAssociations: [
    {
      ext: 'broadside',
      name: 'Broadside project',
      description: 'Broadside project',
      mimeType: 'application/x-broadside',
      role: 'Editor',
    },
  ],

  // Read back from the binary by .ci/packed.ts.
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true, // Windows and macOS have it
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  },

  linux: {
    target: ['AppImage', 'deb'],
    executableName: 'broadside',
    category: 'Graphics',
    maintainer: 'the Broadside authors <studio@broadside.invalid>',
    synopsis: 'Offline creative studio: poster art, packaging patterns and ad copy from local models',
    extraResources: runtime('linux', 'node'),
  },

  win: {
    target: ['nsis', 'portable'],
    extraResources: runtime('win', 'node.exe'),
  },
  nsis: {
    oneClick: false,
    perMachine: false,
    allowToChangeInstallationDirectory: true,
    artifactName: 'Broadside-${version}-setup-${arch}.${ext}',
  },
  portable: { artifactName: 'Broadside-${version}-portable-${arch}.${ext}' },

  mac: {
    // onnxruntime-node has no library for Intel Macs.
    target: ['dmg', 'zip'].map((target) => ({ target, arch: ['arm64' as const] })),
    category: 'public.app-category.graphics-design',
    // npm has no Node 24 for macOS: the one that builds goes into the package.
    extraResources: [{ from: process.execPath, to: 'node' }],
    binaries: ['Contents/Resources/node'],
  },
}

/** What is not there to be copied is only a warning to electron-builder; to the user it is a program that never starts. */
function requireWhole(resources: string, platform: string, arch: string): void {
  const natives = 'app.asar.unpacked/node_modules'
  const parts = [
    platform === 'win32' ? 'node.exe' : 'node',
    'models',
    'fonts',
    'icon.png',
    'app.asar.unpacked/out/main/service.mjs',
    'app.asar.unpacked/out/renderer/index.html',
    `${natives}/onnxruntime-node/bin/napi-v6/${platform}/${arch}`,
    `${natives}/@img/sharp-${platform}-${arch}`,
    `${natives}/@napi-rs/canvas-${platform}-${arch}${{ linux: '-gnu', win32: '-msvc' }[platform] ?? ''}`,
  ]
  const missing = parts.find((part) => !existsSync(join(resources, part)))
  if (missing)
    throw new Error(`the package lacks ${missing}: run npm ci and npm run build on ${platform} ${arch}, and pack there`)
  // Homebrew's Node is a small program around the libraries of its machine.
  const { node_shared_openssl, node_shared_zlib } = process.config.variables
  if (platform === 'darwin' && (node_shared_openssl || node_shared_zlib))
    throw new Error('this Node needs libraries of this machine: build with one from nodejs.org')
}

export default config
