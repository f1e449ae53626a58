import type { Graph, Port } from '../onnx/graph.ts'

/** The same graph under the contract's names: `names` maps contract name → the graph's own name. */
export function rename(graph: Graph, names: Record<string, string> = {}): Graph {
  if (Object.keys(names).length === 0) return graph
  const contractNames = new Map(Object.entries(names).map(([contract, own]) => [own, contract]))
  const outside = (port: Port): Port => ({ ...port, name: contractNames.get(port.name) ?? port.name })
  const mapKeys = <T>(record: Record<string, T>, key: (name: string) => string): Record<string, T> =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [key(name), value]))
  return {
    file: graph.file,
    inputs: graph.inputs.map(outside),
    outputs: graph.outputs.map(outside),
    async run(feeds) {
      const results = await graph.run(mapKeys(feeds, (name) => names[name] ?? name))
      return mapKeys(results, (name) => contractNames.get(name) ?? name)
    },
  }
}
