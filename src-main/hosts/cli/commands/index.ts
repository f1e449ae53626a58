import { addBatch } from './batch.ts'
import type { AddCommand } from './command.ts'
import { addDemo } from './demo.ts'
import { addDoctor } from './doctor.ts'
import { addMakeCopy } from './make-copy.ts'
import { addMakeImage } from './make-image.ts'
import { addModels } from './models.ts'
import { addRemake } from './remake.ts'
import { addRender } from './render.ts'
import { addServe } from './serve.ts'
import { addUpscale } from './upscale.ts'
import { addWatch } from './watch.ts'

/** Every command there is: a new one is one file and one line here. */
export const COMMANDS: readonly AddCommand[] = [
  addMakeImage,
  addMakeCopy,
  addUpscale,
  addBatch,
  addRender,
  addWatch,
  addRemake,
  addModels,
  addServe,
  addDoctor,
  addDemo,
]
