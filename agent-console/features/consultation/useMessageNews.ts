import { onScopeDispose, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { announce } from '../live/announce'
import { useLiveStore } from '../live/live.store'

/** Counts what came while the agent looked elsewhere, and says it aloud to those who cannot see it. */
export function useMessageNews(consultationId: () => string) {
  const live = useLiveStore()
  const { t } = useI18n()
  const unread = ref(0)
  const newDocuments = ref(0)
  onScopeDispose(
    live.onEvent((event) => {
      const { message, document } = event.data
      if (message?.consultationId === consultationId() && message.from === 'visitor') {
        unread.value += 1
        announce(t('consultation.chat.said', { body: message.body }))
      }
      if (event.type === 'document.received' && document?.consultationId === consultationId()) {
        newDocuments.value += 1
        announce(t('consultation.received', { name: document.name }))
      }
    }),
  )
  return { unread, newDocuments }
}
