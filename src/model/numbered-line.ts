/** One line of a text that a person wrote, with the number that an editor shows. */
export interface NumberedLine {
  /** Without the blanks around it. */
  readonly text: string
  /** Counted from 1, blank lines included. */
  readonly number: number
}
