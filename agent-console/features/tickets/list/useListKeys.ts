import type { Ref } from 'vue'
import { useHotkey } from '../../../ui/useHotkey'

/** J and K walk over the rows, X chooses the one in focus. */
export function useListKeys(
  frame: Ref<HTMLElement | undefined>,
  ids: () => readonly string[],
  choose: (id: string) => void,
): void {
  const rows = () => [...(frame.value?.querySelectorAll<HTMLElement>('[data-testid="ticket-row"]') ?? [])]
  const here = () => {
    const row = document.activeElement?.closest<HTMLElement>('[data-testid="ticket-row"]')
    return row ? rows().indexOf(row) : -1
  }
  function walk(step: 1 | -1) {
    const all = rows()
    const at = here()
    const row =
      all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step))]
    // A card takes focus at its link.
    const target = row?.matches('[tabindex]') ? row : row?.querySelector<HTMLElement>('a')
    target?.focus()
  }
  useHotkey('j', () => walk(1))
  useHotkey('k', () => walk(-1))
  useHotkey('x', () => {
    const id = ids()[here()]
    if (id) choose(id)
  })
}
