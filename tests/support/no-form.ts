/** A task that is told nothing and answers nothing. */
export const noForm = { inputs: {}, outputs: [], problems: [] } as const
