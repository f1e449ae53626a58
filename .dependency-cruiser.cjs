/** Who may import whom: the table of docs/architecture.md, checked by `npm run check`. */
const only = (name, from, to, comment) => ({ name, comment, severity: 'error', from, to })
const tests = '\\.test\\.ts$'

module.exports = {
  forbidden: [
    only(
      'shared-stands-alone',
      { path: '^src-shared/', pathNot: tests },
      { path: '^src-(main|renderer)/' },
      'src-shared runs anywhere and knows nobody',
    ),
    only(
      'engine-knows-shared',
      { path: '^src-main/engine/', pathNot: tests },
      { path: '^src-(main|renderer)/', pathNot: '^src-main/engine/' },
      'the engine is a library',
    ),
    only(
      'imaging-knows-shared',
      { path: '^src-main/imaging/', pathNot: tests },
      { path: '^src-(main|renderer)/', pathNot: '^src-main/imaging/' },
      'imaging is a library',
    ),
    only(
      'studio-talks-to-workers',
      { path: '^src-main/studio/', pathNot: tests },
      { path: '^src-main/(engine|imaging|hosts)/|^src-renderer/' },
      'the service never loads a native library',
    ),
    only(
      'workers-serve',
      { path: '^src-main/workers/', pathNot: tests },
      { path: '^src-main/(studio|hosts)/|^src-renderer/' },
      'workers know no application',
    ),
    only(
      'hosts-know-studio',
      { path: '^src-main/hosts/', pathNot: tests },
      { path: '^src-main/(engine|imaging)/|^src-renderer/' },
      'a host drives the service',
    ),
    only(
      'renderer-knows-shared',
      { path: '^src-renderer/' },
      { path: '^src-main/' },
      'a window talks to the service by its contract',
    ),
    only(
      'onnx-in-one-place',
      { path: '^src-', pathNot: '^src-main/engine/onnx/' },
      { path: 'node_modules/onnxruntime' },
      'engine/onnx is the only importer of ONNX Runtime',
    ),
    only(
      'natives-in-imaging',
      { path: '^src-', pathNot: '^src-main/imaging/' },
      { path: 'node_modules/(sharp|@napi-rs/canvas)' },
      'imaging is the only importer of sharp and Skia',
    ),
    only(
      'electron-in-its-host',
      { path: '^src-', pathNot: '^src-main/hosts/electron/' },
      { path: 'node_modules/electron/' },
      'only the shell knows Electron',
    ),
    only('no-circles', {}, { circular: true }, 'two files that need each other are one file'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: require('node:path').join(__dirname, 'src-main/tsconfig.json') },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.json', '.svelte'],
    },
  },
}
