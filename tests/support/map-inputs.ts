import type { Mask } from '../../src/model/mask.ts'
import { type ConnectionFields, type Form, type Inputs, readForm } from '../../src/pipelines/form.ts'

/** The inputs of a form, from a plain object; what is not in it is empty. Connections are given by their fields. */
export function mapInputs<Fields extends Form>(
  form: Fields,
  values: Readonly<Record<string, string | ConnectionFields | undefined>>,
  mask: Mask = () => undefined,
): Inputs<Fields> {
  return readForm(
    form,
    (name) => {
      const value = values[name]
      const text = () => (typeof value === 'string' ? value : undefined)
      return {
        text,
        secretText: text,
        hasPath: () => text() !== undefined,
        connection: () => (typeof value === 'object' ? value : undefined),
      }
    },
    mask,
  )
}
