import { buildPage } from '#main/hosts/web/build.ts'

/** Once for all specs; a service would do it at its start, and the first spec would wait for it. */
export default async function buildOnce(): Promise<void> {
  await buildPage()
}
