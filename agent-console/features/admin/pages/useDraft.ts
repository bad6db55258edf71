import { computed, type Ref, ref, watch } from 'vue'
import { useSessionStore } from '../../session/session.store'

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

function read<T>(key: string): T | undefined {
  try {
    const text = sessionStorage.getItem(key)
    return text ? (JSON.parse(text) as T) : undefined
  } catch {
    // Storage denied or damaged: the form starts from what is saved.
    return undefined
  }
}

function write(key: string, value: unknown) {
  try {
    if (value === undefined) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, JSON.stringify(value))
  } catch {
    // Storage denied: the draft then lives as long as the page.
    return
  }
}

/**
 * What is being typed into a form, kept over a reload until it is saved or discarded. Never for secrets.
 * @param name one per form and thing, for example `site:sit_…`
 * @param saved what the server holds; a new answer replaces an untouched draft, never a touched one
 */
export function useDraft<T extends object>(name: string, saved: () => T) {
  // Per person: the next one at the same desk must not find it.
  const key = `bangban:draft:${useSessionStore().agent?.id ?? ''}:${name}`
  const base = ref(copy(saved())) as Ref<T>
  const draft = ref({ ...copy(saved()), ...read<T>(key) }) as Ref<T>
  const isDirty = computed(() => !isSame(draft.value, base.value))

  watch(draft, () => write(key, isDirty.value ? draft.value : undefined), { deep: true })
  watch(saved, (next) => {
    const wasDirty = isDirty.value
    base.value = copy(next)
    if (!wasDirty) draft.value = copy(next)
  })

  function reset() {
    base.value = copy(saved())
    draft.value = copy(saved())
    write(key, undefined)
  }
  /** The fields that differ from what is saved. */
  const changes = () =>
    Object.fromEntries(
      Object.entries(draft.value).filter(([field, value]) => !isSame(value, Reflect.get(base.value, field))),
    ) as Partial<T>
  return { draft, isDirty, reset, changes }
}
