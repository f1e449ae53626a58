import { type ModelPackage, packageHash } from '#shared/models/manifest.ts'
import { openPackage, type PackageOnDevice } from '../../engine/packages/open.ts'

interface Request {
  packageDir: string
  manifest: ModelPackage
  /** The recipe of a job names the package's hash, which the service has checked: hashing a vocabulary takes 5 ms. */
  recipe?: { model: { hash: string } }
  device: string
}

let open: { key: string; pkg: PackageOnDevice } | undefined

/** The package on the device. The last one stays open, so that a batch loads its model once. */
export async function packageFor({ packageDir, manifest, device, recipe }: Request): Promise<PackageOnDevice> {
  const key = JSON.stringify([packageDir, recipe?.model.hash ?? packageHash(manifest), device])
  if (open?.key !== key) {
    await closePackage()
    open = { key, pkg: openPackage(packageDir, manifest, { device }) }
  }
  return open.pkg
}

/** Frees the models, for another package or after one that cannot be trusted to work again. */
export async function closePackage(): Promise<void> {
  const last = open
  open = undefined
  await last?.pkg.close()
}
