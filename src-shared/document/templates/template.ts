import type { Recipe } from '../../recipe/recipe.ts'
import type { DocumentInput } from '../document.ts'
import type { PicturePalette, Scheme } from '../palette.ts'

/** A layout that turns a picture and four lines into a poster, and the same idea into other formats. */
export interface Template {
  id: string
  title: string
  /** One line for whoever chooses. */
  character: string
  /** Whether it shows the pattern tile; the others leave it out. */
  usesPattern: boolean
  page(input: TemplateInput, page: PageSize): Page
}

export interface PageSize {
  /** Of the artboard. */
  id: string
  name: string
  /** px */
  width: number
  height: number
  dpi?: number
  bleedMm?: number
  safeMm?: number
}

export interface TemplatePicture {
  /** sha256 of the picture in the library. */
  asset: string
  width: number
  height: number
  recipe?: Recipe
}

export interface TemplateInput {
  art: TemplatePicture
  /** A seamless tile. */
  pattern?: TemplatePicture
  texts: Texts
  language: 'en' | 'zh'
  palette: PicturePalette
  /** Overrides the colours that the palette would give. */
  scheme?: Scheme
}

/** They become the document's variables, so that a row of a table can change them. */
export interface Texts {
  headline: string
  tagline: string
  brand: string
  callToAction: string
}

export interface Page {
  artboard: DocumentInput['artboards'][number]
  layers: DocumentInput['layers']
}
