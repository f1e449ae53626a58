import type { AddCommand } from './command.ts'

export const addDemo: AddCommand = () => {}
