import { useQuery } from '@pinia/colada'
import type { MacroChoices } from '../../../contract/macros.schema'
import { api } from '../../lib/api'

/** Colleagues and departments that steps may name. */
export const useMacroChoices = () =>
  useQuery({
    key: ['macros', 'choices'],
    query: ({ signal }) => api.get<MacroChoices>('/macros/choices', { signal }),
  })
