import type { Language } from '#shared/recipe/text.ts'

/** The demo's brief: an invented house with four products, and how each of them wants to look and sound. */
export interface House {
  name: Record<Language, string>
  products: readonly Product[]
}

export interface Product {
  id: string
  name: Record<Language, string>
  /** What the writer is told; the words are ones that copy-lm was trained on. */
  brief: { category: string; tone: string; occasion?: string; audience?: string }
  /** What stands on the poster beside the lines. */
  callToAction: Record<Language, string>
  posters: readonly Poster[]
  pattern: { prompt: string; seed: number }
}

export interface Poster {
  prompt: string
  language: Language
  /** Of assets/sizes.json. */
  size: 'poster-3x4' | 'square' | 'story'
  /** Of src-shared/document/templates. */
  template: string
}

export const HOUSE: House = {
  name: { en: 'Kite & Kettle', zh: '鸢与壶' },
  products: [
    {
      id: 'lumo',
      name: { en: 'Lumo', zh: '柠光' },
      brief: { category: 'sparkling-water', tone: 'playful', occasion: 'summer' },
      callToAction: { en: 'Sparkling citrus soda', zh: '柑橘气泡水' },
      posters: [
        { prompt: 'a lemon on a citrus sunburst, flat', language: 'en', size: 'poster-3x4', template: 'panel' },
        { prompt: 'tangerine, riso, orange stripes', language: 'en', size: 'square', template: 'swiss' },
        { prompt: 'soda, cartoon, yellow dots', language: 'en', size: 'story', template: 'arch' },
        { prompt: '柠檬，扁平，黄色放射光芒', language: 'zh', size: 'poster-3x4', template: 'label' },
      ],
      pattern: { prompt: 'terrazzo', seed: 11 },
    },
    {
      id: 'night-owl',
      name: { en: 'Night Owl', zh: '夜枭' },
      brief: { category: 'coffee', tone: 'bold', audience: 'night owls' },
      callToAction: { en: 'Cold brew coffee', zh: '冷萃咖啡' },
      posters: [
        { prompt: 'an owl, flat, navy, concentric rings', language: 'en', size: 'poster-3x4', template: 'stage' },
        { prompt: 'crescent moon, paper cut, navy paper layers', language: 'en', size: 'square', template: 'melt' },
        { prompt: 'coffee, glossy, retro sunburst', language: 'en', size: 'story', template: 'gazette' },
        { prompt: '猫头鹰，复古，孔版印刷，同心圆', language: 'zh', size: 'square', template: 'wrapper' },
      ],
      pattern: { prompt: 'contours', seed: 23 },
    },
    {
      id: 'hummel',
      name: { en: 'Hummel', zh: '蜂语' },
      brief: { category: 'honey', tone: 'warm', occasion: 'spring' },
      callToAction: { en: 'Wildflower honey', zh: '百花蜜' },
      posters: [
        { prompt: 'a bee, flat, yellow, leaves', language: 'en', size: 'poster-3x4', template: 'label' },
        { prompt: 'honey, cartoon, orange, plain', language: 'en', size: 'square', template: 'panel' },
        { prompt: 'sunflower, flat, sky blue gradient', language: 'en', size: 'story', template: 'arch' },
        { prompt: '蜜蜂，剪纸，黄色，波点', language: 'zh', size: 'story', template: 'swiss' },
      ],
      pattern: { prompt: 'dots', seed: 5 },
    },
    {
      id: 'mistpeak',
      name: { en: 'Mistpeak', zh: '山岚' },
      brief: { category: 'tea', tone: 'elegant' },
      callToAction: { en: 'High mountain oolong', zh: '高山乌龙' },
      posters: [
        { prompt: '高山，扁平，青绿色，层叠山丘', language: 'zh', size: 'poster-3x4', template: 'gazette' },
        { prompt: '嫩芽，扁平，墨绿色，枝叶', language: 'zh', size: 'square', template: 'wrapper' },
        { prompt: '茶壶，扁平，红色，波浪', language: 'zh', size: 'story', template: 'stage' },
        { prompt: 'teapot, paper cut, teal waves', language: 'en', size: 'poster-3x4', template: 'melt' },
      ],
      pattern: { prompt: 'waves', seed: 42 },
    },
  ],
}
