import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { DocumentView } from '../../../contract/consultations.schema'
import { uploadFile } from '../../lib/upload'
import { announceDocument } from './document-news'
import { type UploadItem, UploadQueue } from './upload-queue'

/** Files being sent to citizens; they go on while the agent looks at something else. */
export const useUploadsStore = defineStore('uploads', () => {
  const items = shallowRef<UploadItem[]>([])
  const queue = new UploadQueue(
    async ({ id, placeId, file, signal, onProgress }) => {
      const document = await uploadFile<DocumentView>(`/consultations/${placeId}/documents`, file, {
        query: { name: file.name },
        idempotencyKey: id,
        signal,
        onProgress,
      })
      announceDocument(document)
      // The document is now a card of its own, with its receipts.
      queueMicrotask(() => queue.forget(id))
    },
    (next) => {
      items.value = next
    },
  )
  return {
    items,
    add: (consultationId: string, files: readonly File[]) => queue.add(consultationId, files),
    cancel: (id: string) => queue.cancel(id),
    retry: (id: string) => queue.retry(id),
  }
})
