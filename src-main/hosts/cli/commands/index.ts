import type { AddCommand } from './command.ts'
import { addDemo } from './demo.ts'
import { addDoctor } from './doctor.ts'
import { addMakeCopy } from './make-copy.ts'
import { addMakeImage } from './make-image.ts'
import { addModels } from './models.ts'
import { addRemake } from './remake.ts'
import { addServe } from './serve.ts'
import { addUpscale } from './upscale.ts'

/** Every command there is: a new one is one file and one line here. */
export const COMMANDS: readonly AddCommand[] = [
  addMakeImage,
  addMakeCopy,
  addUpscale,
  addRemake,
  addModels,
  addServe,
  addDoctor,
  addDemo,
]
