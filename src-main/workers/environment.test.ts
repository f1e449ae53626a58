import { expect, test } from 'vitest'
import { workerEnvironment } from './environment.ts'

test('a worker gets what libraries and drivers read', () => {
  const env = {
    PATH: '/bin',
    HOME: '/home/me',
    LC_ALL: 'C.UTF-8',
    LD_LIBRARY_PATH: '/opt/cuda/lib64',
    VK_ICD_FILENAMES: '/icd.json',
    CUDA_VISIBLE_DEVICES: '0',
    XDG_RUNTIME_DIR: '/run/user/1',
    BROADSIDE_FONTS: '/fonts',
    SystemRoot: 'C:\\Windows',
  }
  expect(workerEnvironment(env)).toEqual(env)
})

test('and no secret, ours or anybody else’s', () => {
  expect(
    workerEnvironment({
      BROADSIDE_TOKEN: 'x',
      BROADSIDE_SESSION_COOKIE: 'x',
      GITHUB_TOKEN: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      NVIDIA_API_KEY: 'x',
      ORT_AUTH: 'x',
      DATABASE_URL: 'postgres://me:secret@host',
      npm_config__auth: 'x',
      NODE_OPTIONS: '--require=/x.js',
    }),
  ).toEqual({})
})
