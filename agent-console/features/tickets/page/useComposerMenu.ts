import { computed, nextTick, type Ref, ref, shallowRef } from 'vue'
import type { DraftKind } from '../../../../contract/tickets.rules'
import type { PersonView, TicketDetail } from '../../../../contract/tickets.schema'
import { api } from '../../../lib/api'
import { type ComposerEntry, composerSources } from '../composer-sources'
import { type MenuSign, type OpenWord, openWordAt, replaceWord } from './composer-menu'

const quietMs = 120
const maxEntries = 12

interface Setup {
  area: Ref<HTMLTextAreaElement | undefined>
  text: Ref<string>
  kind: Ref<DraftKind>
  mentioned: Ref<Map<string, string>>
  detail: () => TicketDetail
}

/** The list that @ and / open while writing; arrows move in it, Enter or Tab picks. */
export function useComposerMenu({ area, text, kind, mentioned, detail }: Setup) {
  const entries = shallowRef<ComposerEntry[]>([])
  const at = ref(0)
  const word = shallowRef<OpenWord | null>(null)
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function findPeople(query: string): Promise<ComposerEntry[]> {
    const path = `/tickets/${detail().ticket.id}/people`
    const { items } = await api.get<{ items: PersonView[] }>(path, { query: { q: query || undefined } })
    return items.map((person) => ({
      id: person.id,
      title: person.name,
      subtitle: person.departmentName,
      text: `@${person.name} `,
      run: () => {
        mentioned.value = new Map(mentioned.value).set(person.name, person.id)
      },
    }))
  }
  async function findTexts(query: string): Promise<ComposerEntry[]> {
    const context = { detail: detail(), kind: kind.value }
    const found = await Promise.allSettled(
      composerSources.value.map((source) => source.search(query, context)),
    )
    return found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))
  }
  async function fill(open: OpenWord): Promise<void> {
    const mine = ++asked
    try {
      const found = await (open.sign === '@' ? findPeople(open.query) : findTexts(open.query))
      if (mine !== asked) return
      entries.value = found.slice(0, maxEntries)
    } catch {
      // Nothing to offer is nothing lost: the text can still be written out.
      if (mine === asked) entries.value = []
    }
    at.value = 0
  }
  function close(): void {
    asked++
    clearTimeout(timer)
    word.value = null
    entries.value = []
  }
  function look(): void {
    const allowed: MenuSign[] = kind.value === 'note' ? ['@', '/'] : ['/']
    const caret = area.value?.selectionStart ?? 0
    const open = openWordAt(text.value, caret, allowed)
    if (!open) {
      close()
      return
    }
    word.value = open
    clearTimeout(timer)
    timer = setTimeout(() => void fill(open), quietMs)
  }
  async function pick(entry: ComposerEntry | undefined): Promise<void> {
    const open = word.value
    if (!entry || !open) return
    const next = replaceWord(text.value, open, entry.text ?? '')
    text.value = next.text
    close()
    await nextTick()
    area.value?.focus()
    area.value?.setSelectionRange(next.caret, next.caret)
    await entry.run?.()
  }
  const isOpen = computed(() => word.value !== null && entries.value.length > 0)
  /** True where the list took the key. */
  function onKey(event: KeyboardEvent): boolean {
    if (!isOpen.value || event.isComposing || event.metaKey || event.ctrlKey) return false
    const count = entries.value.length
    if (event.key === 'ArrowDown') at.value = (at.value + 1) % count
    else if (event.key === 'ArrowUp') at.value = (at.value + count - 1) % count
    else if (event.key === 'Enter' || event.key === 'Tab') void pick(entries.value[at.value])
    else if (event.key === 'Escape') close()
    else return false
    event.preventDefault()
    event.stopPropagation()
    return true
  }
  return { entries, at, isOpen, look, pick, close, onKey }
}
