import { useI18n } from 'vue-i18n'
import { useToasts } from '../../ui/toasts'
import type { RejectedFile } from '../../ui/UiFileDrop.vue'
import { useUploadsStore } from './uploads.store'

/** Sends files to the citizen, and says why one cannot be sent. */
export function usePushDocuments(consultationId: () => string) {
  const uploads = useUploadsStore()
  const toasts = useToasts()
  const { t } = useI18n()
  const push = (files: File[]) => uploads.add(consultationId(), files)
  function refuse(rejected: RejectedFile[]): void {
    for (const { file, reason } of rejected)
      toasts.bad(t(`consultation.refused.${reason}`, { name: file.name }))
  }
  return { push, refuse }
}
