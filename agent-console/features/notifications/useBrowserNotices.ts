import { useRouter } from 'vue-router'
import { placeOf } from './notice-look'
import { useNotificationsStore } from './notifications.store'
import { useNoticeWords } from './useNoticeWords'

/** Whether this browser can show notices and has been allowed to. Asked for in the settings, never at once. */
export const browserPermission = (): NotificationPermission | 'none' =>
  'Notification' in window ? Notification.permission : 'none'

/** Shows what arrives while nobody looks at this page; several windows show it once (`tag`). */
export function useBrowserNotices(): () => void {
  const store = useNotificationsStore()
  const router = useRouter()
  const { titleOf, aboutOf } = useNoticeWords()
  return store.onFresh((notice) => {
    if (!notice.isBrowser || browserPermission() !== 'granted' || document.hasFocus()) return
    const shown = new Notification(titleOf(notice), { body: aboutOf(notice), tag: notice.id })
    shown.onclick = () => {
      window.focus()
      shown.close()
      const place = placeOf(notice)
      if (place) void router.push(place)
    }
  })
}
