import { onScopeDispose, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { type Ring, startRing } from '../../../call-session/ring'
import { usePreferencesStore } from '../session/preferences.store'

export interface Ringing {
  id: string
  title: string
  body: string
}

/**
 * Rings, shows the browser's notification and writes the tab's title, in one tab only: several would ring
 * against each other. Another takes over if that one is closed.
 */
export function useRinging(ringing: () => Ringing | null, onOpen: () => void): void {
  const preferences = usePreferencesStore()
  const { t } = useI18n()
  let stop: () => void = () => undefined

  watch(
    () => ringing()?.id,
    () => {
      stop()
      const now = ringing()
      if (!now) return
      const restoreTitle = blinkTitle(`☎ ${t('desk.offer.tabTitle')} · ${now.title}`)
      const stopSound = inOneTab(() => sound(preferences.ringDeviceId, now, onOpen))
      stop = () => {
        restoreTitle()
        stopSound()
        stop = () => undefined
      }
    },
    { immediate: true },
  )
  onScopeDispose(() => stop())
}

function sound(speakerId: string, now: Ringing, onOpen: () => void): () => void {
  const ring: Ring = startRing(speakerId || undefined)
  const notification = notify(now, onOpen)
  return () => {
    ring.stop()
    notification?.close()
  }
}

function notify(now: Ringing, onOpen: () => void): Notification | null {
  if (typeof Notification !== 'function' || Notification.permission !== 'granted' || document.hasFocus())
    return null
  const notification = new Notification(now.title, { body: now.body, tag: now.id, requireInteraction: true })
  notification.onclick = () => {
    window.focus()
    onOpen()
  }
  return notification
}

/** Runs `start` in the one tab that holds the lock; answers what stops it. */
function inOneTab(start: () => () => void): () => void {
  const abort = new AbortController()
  const locks: LockManager | undefined = navigator.locks
  if (!locks) return start()
  locks
    .request('bangban-ring', { signal: abort.signal }, () => {
      const end = start()
      return new Promise<void>((resolve) => {
        abort.signal.addEventListener('abort', () => {
          end()
          resolve()
        })
      })
    })
    .catch(() => {
      // Aborted while another tab rang: nothing was started here.
    })
  return () => abort.abort()
}

const blinkMs = 900

function blinkTitle(text: string): () => void {
  const before = document.title
  document.title = text
  const timer = setInterval(() => {
    document.title = document.title === text ? before : text
  }, blinkMs)
  return () => {
    clearInterval(timer)
    document.title = before
  }
}
