import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type Bench, median, type Reading, spread } from './measure.ts'
import { inferenceLane, inScratch, maker, starterOf } from './starter.ts'

const ROUNDS = 5

/** What stopping costs, and whether the service's event loop notices that a worker runs. */
export const cancel: Bench = {
  name: 'cancel',
  run: () =>
    inScratch(async (scratch) => {
      const lane = inferenceLane()
      try {
        const image = starterOf('diffusion', 'poster-diffusion')
        const { defaults, size } = image.manifest.config
        const pictures = maker(lane, image, scratch)
        const fields = {
          kind: 'diffusion',
          prompt: 'a fox on a teal sunburst',
          width: size.default[0],
          height: size.default[1],
          steps: 40,
          guidance: defaults.guidance,
          sampler: defaults.sampler,
          schedule: defaults.schedule,
        }
        const warm = await pictures.make({ ...fields, seed: 0 })
        const step = warm.ran.seconds / fields.steps

        const soft: number[] = []
        for (let seed = 1; seed <= ROUNDS; seed++) {
          const controller = new AbortController()
          let asked = 0
          const onEvent = (event: { type: string }) => {
            if (event.type !== 'step' || asked > 0) return
            asked = performance.now()
            controller.abort()
          }
          await pictures.make({ ...fields, seed }, { signal: controller.signal, onEvent }).catch(() => undefined)
          soft.push((performance.now() - asked) / 1000)
        }

        const hard: number[] = []
        for (let seed = 1; seed <= ROUNDS; seed++) {
          let killed = 0
          const onEvent = (event: { type: string }) => {
            if (event.type !== 'step' || killed > 0 || lane.pid === undefined) return
            killed = performance.now()
            process.kill(lane.pid, 'SIGKILL')
          }
          await pictures.make({ ...fields, seed }, { onEvent }).catch(() => undefined)
          const next = await pictures.make({ ...fields, steps: 1, seed })
          const all = (performance.now() - killed) / 1000
          hard.push((all - next.ran.loadSeconds - next.ran.seconds) * 1000)
        }

        const loop = monitorEventLoopDelay({ resolution: 1 })
        loop.enable()
        await pictures.make({ ...fields, seed: 99 })
        loop.disable()

        const readings: Reading[] = [
          {
            group: 'cancel',
            name: 'between steps / one step',
            value: median(soft) / step,
            unit: '×',
            most: 1,
            note: `${spread(soft)} s, a step is ${step.toFixed(3)} s`,
          },
          {
            group: 'cancel',
            name: 'kill → ready for the next job, without load',
            value: median(hard),
            unit: 'ms',
            most: 300,
            note: spread(hard, 0),
          },
          {
            group: 'service',
            name: 'longest event-loop stall while a worker runs',
            value: loop.max / 1e6,
            unit: 'ms',
            most: 50,
          },
        ]
        return readings
      } finally {
        await lane.close()
      }
    }),
}
