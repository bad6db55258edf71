import { computed, shallowRef } from 'vue'
import { maxFileBytes } from '../../../../contract/consultations.rules'
import type { DocumentView } from '../../../../contract/consultations.schema'
import { maxReplyDocuments } from '../../../../contract/documents.rules'
import type { DraftKind } from '../../../../contract/tickets.rules'
import type { TicketDetail } from '../../../../contract/tickets.schema'
import { ApiProblem, api } from '../../../lib/api'
import { useProblemText } from '../../../lib/problem-text'
import { uploadFile } from '../../../lib/upload'
import { useToasts } from '../../../ui/toasts'
import { type UploadItem, UploadQueue } from '../../consultation/upload-queue'

/** Files for the answer or the note that is being written: on the server until it is sent, so that a reload loses none. */
export function useComposerFiles({ ticket, draftDocuments, noteDocuments }: TicketDetail, kind: DraftKind) {
  const toasts = useToasts()
  const problemText = useProblemText()
  const kept = shallowRef<readonly DocumentView[]>(kind === 'note' ? noteDocuments : draftDocuments)
  const items = shallowRef<UploadItem[]>([])
  const queue = new UploadQueue(
    async ({ id, placeId, file, signal, onProgress }) => {
      const document = await uploadFile<DocumentView>(`/tickets/${placeId}/documents`, file, {
        query: { name: file.name, kind },
        idempotencyKey: id,
        signal,
        onProgress,
      })
      kept.value = [...kept.value, document]
      queueMicrotask(() => queue.forget(id))
    },
    (next) => {
      items.value = next
    },
  )
  const moving = computed(() => items.value.filter((item) => item.state !== 'done'))
  const room = computed(() => maxReplyDocuments - kept.value.length - moving.value.length)

  function add(files: readonly File[]): void {
    const large = files.filter((file) => file.size > maxFileBytes)
    if (large.length) toasts.bad(problemText(new ApiProblem(413, { code: 'documents.too_large' })))
    queue.add(ticket.id, files.filter((file) => !large.includes(file)).slice(0, Math.max(0, room.value)))
  }
  async function drop(document: DocumentView): Promise<void> {
    try {
      await api.post(`/documents/${document.id}/recall`)
      kept.value = kept.value.filter((each) => each.id !== document.id)
    } catch (error) {
      toasts.bad(problemText(error))
    }
  }
  return {
    kept,
    items: moving,
    room,
    isSending: computed(() =>
      items.value.some((each) => each.state === 'waiting' || each.state === 'sending'),
    ),
    add,
    drop,
    cancel: (id: string) => queue.cancel(id),
    retry: (id: string) => queue.retry(id),
    /** The answer is out: nothing is waiting any more. */
    clear: () => {
      kept.value = []
    },
  }
}
export type ComposerFiles = ReturnType<typeof useComposerFiles>
