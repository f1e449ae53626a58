import type { BatchCell } from '#shared/contract/batch.ts'

/** What differs between two files, as a table's lines: what of the plan, then the values that filled them. */
export function cellDifferences(a: BatchCell, b: BatchCell): { field: string; values: [string, string] }[] {
  const plan = (['row', 'picture', 'seed', 'copy', 'artboard', 'size', 'format'] as const).map((key) => ({
    field: key as string,
    values: [String(a[key] ?? ''), String(b[key] ?? '')] as [string, string],
  }))
  const names = [...new Set([...Object.keys(a.values), ...Object.keys(b.values)])]
  const filled = names.map((field) => ({
    field,
    values: [a.values[field] ?? '', b.values[field] ?? ''] as [string, string],
  }))
  return [...plan, ...filled].filter(({ values: [left, right] }) => left !== right)
}
