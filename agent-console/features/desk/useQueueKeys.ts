import type { Ref } from 'vue'
import { useHotkey } from '../../ui/useHotkey'

/** j and k (or the arrows, once in the list) walk through the rows; Enter opens, as on every link. */
export function useQueueKeys(list: Ref<HTMLElement | undefined>): void {
  function move(step: 1 | -1): void {
    const rows = [...(list.value?.querySelectorAll<HTMLElement>('li > a') ?? [])]
    const at = rows.indexOf(document.activeElement as HTMLElement)
    const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step))
    rows[next]?.focus()
  }
  const isInList = () => list.value?.contains(document.activeElement) ?? false
  useHotkey('j', () => move(1))
  useHotkey('k', () => move(-1))
  useHotkey('down', () => move(1), { enabled: isInList })
  useHotkey('up', () => move(-1), { enabled: isInList })
}
