import type { TaskHandler, VerifyTask } from '#shared/work/tasks.ts'
import { checkOnnx } from '../../engine/packages/onnx-file.ts'
import { openPackage } from '../../engine/packages/open.ts'
import { plainFile, verifyFiles } from '../../engine/packages/read.ts'
import { closePackage } from './packages.ts'

/** Every file against its sha256, every graph against its role; opens each session once. */
export const verify: TaskHandler<VerifyTask> = async ({ packageDir, manifest, device }, { signal, report }) => {
  report({ type: 'stage', stage: 'files' })
  const whole = await verifyFiles(packageDir, manifest, signal)
  for (const path of Object.keys(manifest.files)) {
    if (!path.endsWith('.onnx')) continue
    signal.throwIfAborted()
    await checkOnnx(await plainFile(packageDir, path))
  }

  report({ type: 'stage', stage: 'graphs' })
  await closePackage()
  const pkg = openPackage(packageDir, manifest, { device })
  try {
    for (const role of Object.keys(manifest.config.sessions)) {
      signal.throwIfAborted()
      await pkg.graph(role)
    }
    return { ...whole, loadSeconds: pkg.loadSeconds }
  } finally {
    await pkg.close()
  }
}
