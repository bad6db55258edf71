import { ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { CallView, DocumentView } from '../../../contract/consultations.schema'
import { useProblemText } from '../../lib/problem-text'
import { uploadFile } from '../../lib/upload'
import { useToasts } from '../../ui/toasts'
import { announceDocument } from '../consultation/document-news'
import { callLibrary } from './call-library'
import type { StageTile } from './useStageSources'

const flashMs = 180

interface SnapshotInput {
  tile: () => StageTile | null
  call: () => CallView | null
}

/** Takes the large picture as it was received and files it with the consultation. */
export function useSnapshot({ tile, call }: SnapshotInput) {
  const toasts = useToasts()
  const problemText = useProblemText()
  const { t } = useI18n()
  const isFlashing = ref(false)
  const pending = ref(0)
  const lastSize = shallowRef('')

  async function store(blob: Blob, open: CallView, takenAt: number): Promise<void> {
    const callSeconds = Math.max(0, (takenAt - Date.parse(open.startedAt)) / 1000)
    const document = await uploadFile<DocumentView>(`/consultations/${open.consultationId}/snapshots`, blob, {
      query: { callId: open.id, callSeconds: callSeconds.toFixed(1) },
    })
    announceDocument(document)
  }

  async function take(): Promise<void> {
    const source = tile()?.source
    const open = call()
    if (!source || !open) {
      toasts.show({ title: t('call.snapshot.nothing'), tone: 'warn' })
      return
    }
    const takenAt = Date.now()
    isFlashing.value = true
    setTimeout(() => {
      isFlashing.value = false
    }, flashMs)
    pending.value += 1
    try {
      const { takeSnapshot } = await callLibrary()
      const shot = await takeSnapshot(source.mediaStreamTrack)
      lastSize.value = `${shot.width} × ${shot.height}`
      await store(shot.blob, open, takenAt)
      toasts.good(t('call.snapshot.saved', { size: lastSize.value }))
    } catch (error) {
      toasts.bad(t('call.snapshot.failed'), problemText(error))
    } finally {
      pending.value -= 1
    }
  }

  return { take, isFlashing, pending }
}
