import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { StudioError } from '#shared/errors.ts'

/** Where the parts of the program lie: in a package beside app.asar, in a checkout under its root. */
export interface Place {
  node: string
  service: string
  preload: string
  icon: string
  /** What the service needs to know of it. */
  env: Record<string, string>
}

/**
 * Plain Node cannot look into app.asar: what the service runs and reads is unpacked beside it. The preload script stays
 * inside, where Electron reads it.
 */
export function packedPlace(resources: string, platform: NodeJS.Platform): Place {
  const unpacked = join(resources, 'app.asar.unpacked')
  return {
    node: join(resources, platform === 'win32' ? 'node.exe' : 'node'),
    service: join(unpacked, 'out', 'main', 'service.mjs'),
    preload: join(resources, 'app.asar', 'out', 'preload', 'preload.cjs'),
    icon: join(resources, 'icon.png'),
    env: { BROADSIDE_STARTERS: join(resources, 'models'), BROADSIDE_FONTS: join(resources, 'fonts') },
  }
}

export function checkoutPlace(root: string, env: NodeJS.ProcessEnv): Place {
  return {
    node: nodeOfCheckout(root, env),
    service: join(root, 'out', 'main', 'service.mjs'),
    preload: join(root, 'out', 'preload', 'preload.cjs'),
    icon: join(root, 'assets', 'icon.png'),
    env: {},
  }
}

/** The one that npm ci installed, or the one that npm runs on. */
function nodeOfCheckout(root: string, { npm_node_execpath }: NodeJS.ProcessEnv): string {
  const [os, node] = process.platform === 'win32' ? ['win', 'node.exe'] : [process.platform, 'node']
  const installed = join(root, 'node_modules', `node-${os}-${process.arch}`, 'bin', node)
  if (existsSync(installed)) return installed
  if (npm_node_execpath) return npm_node_execpath
  throw new StudioError({
    code: 'not-found',
    message: 'no Node 24 for the studio service',
    where: { file: installed },
    remedy: 'Start with `npm start`, or run `npm ci`.',
  })
}

/** The service's environment: ours, without what would change how Node itself runs. */
export function serviceEnvironment(env: NodeJS.ProcessEnv, place: Place): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(([name]) => !/^(NODE_|ELECTRON_|CHROME_)/.test(name))
  return { ...Object.fromEntries(kept), ...place.env }
}
