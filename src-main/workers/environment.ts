/**
 * What a worker process gets of our environment: what libraries, drivers and the system's own calls read, and nothing
 * else. It runs models nobody vouches for and opens files from anywhere; tokens and passwords are none of its business.
 */
export function workerEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(env).filter(([name]) => isNeeded(name.toUpperCase()) && !isSecret(name.toUpperCase()))
  return Object.fromEntries(kept) as Record<string, string>
}

const NEEDED = new Set([
  ...['PATH', 'HOME', 'TMPDIR', 'TMP', 'TEMP', 'LANG', 'LANGUAGE', 'TZ'],
  // Windows does not load its own libraries without these.
  ...['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'],
  ...['PROGRAMDATA', 'PROGRAMFILES', 'NUMBER_OF_PROCESSORS', 'PROCESSOR_ARCHITECTURE'],
  'UV_THREADPOOL_SIZE',
])

/** Locale, the dynamic linker, fonts, and the drivers and runtimes of GPUs and processors. */
const FAMILIES =
  /^(LC|LD|DYLD|XDG|FONTCONFIG|VK|VULKAN|CUDA|CUDNN|NVIDIA|NV|HIP|ROCR|ROCM|HSA|MESA|LIBGL|LIBVA|DRI|EGL|__EGL|__GLX|ORT|OMP|KMP|MKL|DNNL|GOMP|OPENBLAS|VIPS|MALLOC|BROADSIDE)_/

const isNeeded = (name: string) => NEEDED.has(name) || FAMILIES.test(name)
const isSecret = (name: string) =>
  /TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|COOKIE|AUTH|(API|PRIVATE|ACCESS)_?KEY/.test(name)
