export type Theme = 'dark' | 'light'

let current = $state<Theme>(localStorage.getItem('theme') === 'light' ? 'light' : 'dark')
$effect.root(() => {
  $effect(() => {
    document.documentElement.dataset.theme = current
  })
})

export const theme = {
  get current(): Theme {
    return current
  },
  set current(next: Theme) {
    current = next
    localStorage.setItem('theme', next)
  },
}
