import { computed, shallowRef } from 'vue'
import type { DepartmentView } from '../../../contract/people.schema'
import { api } from '../../lib/api'

interface Choice {
  id: string
  label: string
  depth: number
  /** Names from the top to the department. */
  hint?: string
}

/** The organisation tree as a list to pick from, parents before children. */
export function useDepartmentChoices() {
  const all = shallowRef<DepartmentView[]>([])
  const error = shallowRef<unknown>(null)

  async function load(): Promise<void> {
    try {
      all.value = (await api.get<{ items: DepartmentView[] }>('/departments')).items
      error.value = null
    } catch (reason) {
      error.value = reason
    }
  }

  const choices = computed<Choice[]>(() => {
    const known = new Set(all.value.map((each) => each.id))
    const under = (parent: string | null, depth: number): Choice[] =>
      all.value
        .filter((each) =>
          parent === null ? !each.parentId || !known.has(each.parentId) : each.parentId === parent,
        )
        .flatMap((each) => [{ id: each.id, label: each.name, depth }, ...under(each.id, depth + 1)])
    return under(null, 0)
  })
  const nameOf = (id: string) => all.value.find((each) => each.id === id)?.name ?? ''
  return { choices, nameOf, error, load }
}
