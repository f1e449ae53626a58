import { join } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { ensureFolder } from '#main/studio/files.ts'
import { legalName } from '#shared/batch/names.ts'
import { StudioError } from '#shared/errors.ts'
import { EXTENSIONS, FILE_FORMATS, type FileFormat } from '#shared/work/formats.ts'
import { integer, number } from '../flags.ts'
import type { CommonFlags, Host } from '../host.ts'
import { type AddCommand, withCommonFlags } from './command.ts'

interface Flags extends CommonFlags {
  out: string
  format: FileFormat[]
  artboard?: string
  scale?: number
  dpi?: number
  quality?: number
  bleed?: boolean
}

export const addRender: AddCommand = (program, run) => {
  const command = program
    .command('render')
    .description('make files of the artboards of a project')
    .argument('<project.broadside>')
    .requiredOption('--out <dir>', 'folder for the files')
    .option('--format <list>', `${FILE_FORMATS.join(', ')}; several with commas`, formats, ['png'] as FileFormat[])
    .option('--artboard <name>', 'only this one, by id or name (default: all)')
    .option('--scale <n>', 'px per document px (default: 1)', number(0.01, 16))
    .option('--dpi <n>', 'noted in the file (default: that of the artboard, times the scale)', number(1, 2400))
    .option('--quality <n>', '1 to 100, of JPEG, WebP and AVIF', integer(1, 100))
    .option('--bleed', 'with the bleed around the artboard')
  withCommonFlags(command).action((project: string, flags: Flags) =>
    run('render', flags, (host) => render(host, project, flags)),
  )
}

function formats(text: string): FileFormat[] {
  return text.split(',').map((part) => {
    const wanted = part.trim().toLowerCase().replace(/^jpg$/, 'jpeg').replace(/^tif$/, 'tiff')
    const known = FILE_FORMATS.find((format) => format === wanted)
    if (known) return known
    throw new InvalidArgumentError(`expected ${FILE_FORMATS.join(', ')}, got "${part.slice(0, 60)}"`)
  })
}

async function render({ studio, output, signal }: Host, project: string, flags: Flags): Promise<void> {
  const { scale = 1, quality, bleed = false } = flags
  const document = await studio.documents.read(project)
  const { artboard: only } = flags
  const boards = document.artboards.filter(({ id, name }) => only === undefined || id === only || name === only)
  if (boards.length === 0)
    throw noArtboard(
      project,
      only,
      document.artboards.map(({ id, name }) => name || id),
    )
  await ensureFolder(flags.out)
  const slim = { ...document, columns: [], rows: [], plans: [] }
  const files: { path: string; sha256: string }[] = []
  for (const board of boards) {
    for (const format of flags.format) {
      signal.throwIfAborted()
      const { id, sha256, width, height } = await studio.exports.render(
        {
          ...{ document: slim, artboard: board.id, format, scale, bleed },
          dpi: Math.min(2400, flags.dpi ?? board.dpi * scale),
          ...(quality === undefined ? {} : { quality }),
        },
        { signal },
      )
      const name = legalName(board.name || board.id) || board.id
      const path = await studio.exports.save(id, join(flags.out, `${name}.${EXTENSIONS[format]}`))
      files.push({ path, sha256 })
      output.event({ event: 'file', path, sha256 })
      output.say(`${path}  ${width}×${height}`)
      output.progress({ what: 'rendering', done: files.length / (boards.length * flags.format.length) })
    }
  }
  output.event({ event: 'result', files })
}

const noArtboard = (file: string, name: string | undefined, known: string[]) =>
  new StudioError({
    code: 'not-found',
    message: name === undefined ? 'the project has no artboard' : `there is no artboard "${name.slice(0, 100)}"`,
    where: { file },
    ...(known.length > 0 ? { remedy: `It has ${known.join(', ')}.` } : {}),
  })
