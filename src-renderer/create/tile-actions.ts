/** One line of a picture's menu. */
export interface TileAction {
  label: string
  perform: () => void
  /** A line is drawn before it. */
  line?: boolean
}
