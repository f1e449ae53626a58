/** The part of papaparse that is used here; its own types bring Node's along. */
declare module 'papaparse' {
  interface Problem {
    code: string
    /** Of `data`, from 0. */
    row?: number
  }
  interface Parsed {
    data: string[][]
    errors: Problem[]
  }
  interface ParseOptions {
    delimiter: string
    newline?: '\n'
    /** Rows after which it stops. */
    preview?: number
  }
  const papaparse: { parse(text: string, options: ParseOptions): Parsed }
  export default papaparse
}
