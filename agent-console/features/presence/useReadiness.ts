import { watch } from 'vue'
import { useDeskStore } from '../desk/desk.store'
import { useSessionStore } from '../session/session.store'
import { usePresence } from './usePresence'

const openedKey = 'bangban.desk-opened'

/** Whether this tab has opened the desk before: a reload is not a new beginning. */
function isReload(): boolean {
  try {
    const wasOpened = sessionStorage.getItem(openedKey) !== null
    sessionStorage.setItem(openedKey, '1')
    return wasOpened
  } catch {
    // Without storage every load counts as a beginning, which at worst makes somebody available.
    return false
  }
}

function forget(): void {
  try {
    sessionStorage.removeItem(openedKey)
  } catch (error) {
    console.warn('This browser keeps nothing for the tab.', error)
  }
}

/**
 * Whoever sits down at the desk to serve is available, unless they chose otherwise themselves: an agent who
 * forgets the switch would leave citizens waiting beside an idle desk. Supervisors choose by hand.
 */
export function useReadiness(): () => void {
  const desk = useDeskStore()
  const session = useSessionStore()
  const { choose, hasChosen } = usePresence()
  hasChosen.value = false
  const stop = watch(
    () => desk.isLoaded,
    (isLoaded) => {
      if (!isLoaded || isReload() || hasChosen.value) return
      const serves = session.agent?.roles.some((role) => role === 'agent' || role === 'inspector')
      const own = desk.ownPresence
      const isIdle = !own || own.availability === 'offline' || own.availability === 'away'
      if (serves && isIdle && own?.reason !== 'by_hand') void choose('available')
    },
    { immediate: true },
  )
  return () => {
    stop()
    forget()
  }
}
