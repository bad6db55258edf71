import { onScopeDispose, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { DocumentView } from '../../../contract/consultations.schema'
import { api } from '../../lib/api'
import { useProblemText } from '../../lib/problem-text'
import { useToasts } from '../../ui/toasts'
import { announceDocument } from './document-news'
import { documentLink } from './useDocumentLinks'

/** A recall cannot be taken back once it is done: it is held this long, in which it can. */
const undoSeconds = 5

/** Receipts, recalls and downloads of documents. */
export function useDocumentActions() {
  const toasts = useToasts()
  const problemText = useProblemText()
  const { t } = useI18n()
  const recalling = ref<ReadonlySet<string>>(new Set())
  const timers = new Map<string, () => void>()

  function mark(id: string, isOn: boolean): void {
    const next = new Set(recalling.value)
    if (isOn) next.add(id)
    else next.delete(id)
    recalling.value = next
  }

  async function recallNow(document: DocumentView): Promise<void> {
    timers.delete(document.id)
    try {
      announceDocument(await api.post<DocumentView>(`/documents/${document.id}/recall`))
    } catch (error) {
      toasts.bad(t('consultation.recallFailed', { name: document.name }), problemText(error))
    } finally {
      mark(document.id, false)
    }
  }

  function recall(document: DocumentView): void {
    mark(document.id, true)
    const timer = setTimeout(() => void recallNow(document), undoSeconds * 1000)
    // Leaving the page is not changing one's mind: what is due is done at once.
    timers.set(document.id, () => {
      clearTimeout(timer)
      void recallNow(document)
    })
    toasts.show({
      title: t('consultation.recalling', { name: document.name }),
      seconds: undoSeconds,
      action: {
        label: t('consultation.undo'),
        run: () => {
          clearTimeout(timer)
          timers.delete(document.id)
          mark(document.id, false)
        },
      },
    })
  }
  onScopeDispose(() => {
    for (const finish of [...timers.values()]) finish()
  })

  /** Tells the citizen what became of their file; a receipt that gets lost is not worth a word. */
  async function receipt(document: DocumentView, kind: 'delivered' | 'opened' | 'downloaded'): Promise<void> {
    if (document.kind !== 'upload') return
    try {
      announceDocument(await api.post<DocumentView>(`/documents/${document.id}/receipts`, { receipt: kind }))
    } catch (error) {
      console.warn('A receipt could not be given.', error)
    }
  }

  async function download(document: DocumentView): Promise<void> {
    try {
      const anchor = window.document.createElement('a')
      anchor.href = await documentLink(document.id)
      anchor.download = document.name
      anchor.click()
      await receipt(document, 'downloaded')
    } catch (error) {
      toasts.bad(t('consultation.openFailed'), problemText(error))
    }
  }

  return { recall, recalling, receipt, download }
}
