import { layoutText, type TextLayout, type TextMeasurer, type TextStyle } from './layout.ts'

/**
 * Text layouts by what they are made from, so that moving a layer, or changing another one, sets no type again. Kept
 * per measurer: make a new measurer when fonts were loaded.
 */
const layouts = new WeakMap<TextMeasurer, Map<string, TextLayout>>()

/** A document has at most 5,000 layers; what was not used for longest goes. */
const KEPT = 6000

export function rememberedLayout(
  text: string,
  style: TextStyle,
  { width, height }: { width: number; height: number },
  measure: TextMeasurer,
): TextLayout {
  const known = layouts.get(measure) ?? new Map<string, TextLayout>()
  layouts.set(measure, known)
  const { family, weight, italic, language, size, minSize, lineHeight, tracking } = style
  const { direction, align, verticalAlign, fit } = style
  const key = JSON.stringify([
    ...[text, width, height, family, weight, italic, language, size, minSize, lineHeight, tracking],
    ...[direction, align, verticalAlign, fit],
  ])
  const layout = known.get(key) ?? layoutText(text, style, { width, height }, measure)
  // Last in the map is used last.
  known.delete(key)
  known.set(key, layout)
  if (known.size > KEPT) known.delete(known.keys().next().value!)
  return layout
}
