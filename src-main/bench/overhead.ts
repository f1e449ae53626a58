import { type Bench, median, type Reading, spread } from './measure.ts'
import { inferenceLane, inScratch, maker, starterOf } from './starter.ts'

const ROUNDS = { picture: 9, copy: 15 }
/** The first runs of a process compile code, for about two seconds: the bar is for a studio at work. */
const WARM_UP = { picture: 4, copy: 12 }

/** Pipeline wall time over the sum of its bare `session.run` times, both taken in the same run. */
export const overhead: Bench = {
  name: 'overhead',
  run: () =>
    inScratch(async (scratch) => {
      const lane = inferenceLane()
      try {
        const image = starterOf('diffusion', 'poster-diffusion')
        const text = starterOf('text', 'copy-lm')
        const { defaults, size } = image.manifest.config
        const pictures = maker(lane, image, scratch)
        const lines = maker(lane, text, scratch)
        const picture = (seed: number) =>
          pictures.make({
            kind: 'diffusion',
            prompt: 'a fox on a teal sunburst',
            seed,
            width: size.default[0],
            height: size.default[1],
            steps: defaults.steps,
            guidance: defaults.guidance,
            sampler: defaults.sampler,
            schedule: defaults.schedule,
          })
        const copy = (seed: number) =>
          lines.make({
            kind: 'text',
            brief: { product: 'Zest & Co', category: 'soda' },
            language: 'en',
            channel: 'google-rsa-description',
            count: 10,
            seed,
            ...text.manifest.config.defaults,
            maxTokens: 80,
          })

        for (let seed = 0; seed < WARM_UP.picture; seed++) await picture(seed)
        const ofPicture: number[] = []
        const pictureSeconds: number[] = []
        for (let round = 0; round < ROUNDS.picture; round++) {
          const { ran } = await picture(round)
          ofPicture.push(ran.seconds / ran.sessionSeconds)
          pictureSeconds.push(ran.seconds)
        }
        for (let seed = 0; seed < WARM_UP.copy; seed++) await copy(seed)
        const ofTokens: number[] = []
        const perSecond: number[] = []
        for (let round = 0; round < ROUNDS.copy; round++) {
          const result = await copy(round)
          ofTokens.push(result.ran.seconds / result.ran.sessionSeconds)
          perSecond.push(result.ran.sessionRuns / result.ran.seconds)
        }
        const readings: Reading[] = [
          {
            group: 'overhead',
            name: 'image: wall / Σ session.run',
            value: median(ofPicture),
            unit: '×',
            most: 1.05,
            note: spread(ofPicture),
          },
          {
            group: 'overhead',
            name: 'tokens: wall / Σ session.run',
            value: median(ofTokens),
            unit: '×',
            most: 1.1,
            note: spread(ofTokens),
          },
          {
            group: 'starters',
            name: 'poster-diffusion, one picture',
            value: median(pictureSeconds),
            unit: 's',
            most: 4,
            note: `${defaults.steps} steps, ${spread(pictureSeconds)}`,
          },
          {
            group: 'starters',
            name: 'copy-lm',
            value: median(perSecond),
            unit: 'tokens/s',
            least: 120,
            note: spread(perSecond, 0),
          },
        ]
        return readings
      } finally {
        await lane.close()
      }
    }),
}
