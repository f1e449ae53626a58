import { StudioError } from '#shared/errors.ts'
import { checkOnnx } from './onnx-file.ts'

/**
 * ONNX Runtime 1.30's WebGPU convolution packs input channels in threes when their number is a multiple of 3 but not of
 * 4 (and the outputs' is one of 4), and is wrong for all of these but 3 itself: pictures come out plausible and false
 * (microsoft/onnxruntime issue 29651).
 * Kernels of one pixel take another path. webgpu.test.ts watches whether this is still so.
 */
export function isWrongOnWebGpu([out = 0, channels = 0, height = 1, width = 1]: readonly number[]): boolean {
  return height * width > 1 && out % 4 === 0 && channels > 3 && channels % 3 === 0 && channels % 4 !== 0
}

/** Better no picture than a wrong one: names the convolution and sends the user to the CPU. */
export async function refuseWhatWebGpuGetsWrong(file: string): Promise<void> {
  const { convolutions } = await checkOnnx(file)
  const wrong = convolutions.find(isWrongOnWebGpu)
  if (!wrong) return
  const [, channels, height, width] = wrong
  throw new StudioError({
    code: 'unsupported',
    message: `ONNX Runtime computes ${height}×${width} convolutions of ${channels} channels wrongly on WebGPU`,
    where: { file },
    remedy: 'Use the device cpu for this model.',
  })
}
