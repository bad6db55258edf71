import { useEventListener } from '@vueuse/core'
import { computed, type Ref, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { CallView, ConsultationView } from '../../../contract/consultations.schema'
import { useToasts } from '../../ui/toasts'
import { useHotkey } from '../../ui/useHotkey'
import { useConsultationActions } from '../consultation/useConsultationActions'
import { useCallStore } from './call.store'
import { type StageAction, stageKeys } from './stage-keys'
import { useSnapshot } from './useSnapshot'
import { useStageSources } from './useStageSources'

interface StageInput {
  consultation: () => ConsultationView
  call: () => CallView | null
  isOwner: () => boolean
  frame: Ref<HTMLElement | undefined>
  video: () => HTMLVideoElement | null
  pickFiles: () => void
}

/** What the stage's buttons and keys do. */
export function useStage({ consultation, call: callView, isOwner, frame, video, pickFiles }: StageInput) {
  const call = useCallStore()
  const toasts = useToasts()
  const { t } = useI18n()
  const { main, small, swapTo } = useStageSources()
  const snapshot = useSnapshot({ tile: () => main.value, call: callView })
  const actions = useConsultationActions(consultation)
  const isInviting = ref(false)
  const isHere = computed(() => call.callId === consultation().callId && call.isInCall)

  async function share(): Promise<void> {
    const result = await call.shareScreen()
    if (result === 'failed' || result === 'unsupported') toasts.bad(t(`call.share.${result}`))
  }

  async function togglePictureInPicture(): Promise<void> {
    const element = video()
    try {
      if (document.pictureInPictureElement) await document.exitPictureInPicture()
      else if (element) await element.requestPictureInPicture()
    } catch {
      // The browser wants a picture that already plays, or refuses for its own reasons.
      toasts.show({ title: t('call.pictureInPictureFailed'), tone: 'warn' })
    }
  }

  async function toggleFullScreen(): Promise<void> {
    if (document.fullscreenElement) await document.exitFullscreen()
    else await frame.value?.requestFullscreen()
  }

  async function end(): Promise<void> {
    if (isOwner()) await actions.end()
    else await actions.stepOut()
  }

  const run: Record<StageAction, () => unknown> = {
    microphone: () => call.toggleMicrophone(),
    camera: () => call.toggleCamera(),
    screen: share,
    snapshot: snapshot.take,
    push: pickFiles,
    colleague: () => {
      isInviting.value = true
    },
    pictureInPicture: togglePictureInPicture,
    fullScreen: toggleFullScreen,
    end,
  }
  const enabled = computed(() => isHere.value && !isInviting.value)
  for (const action of Object.keys(stageKeys) as StageAction[]) {
    if (action === 'push' || action === 'colleague')
      useHotkey(stageKeys[action], run[action], { enabled: () => !isInviting.value })
    else useHotkey(stageKeys[action], run[action], { enabled })
  }
  useEventListener(document, 'fullscreenchange', () => frame.value?.focus({ preventScroll: true }))
  watch(isHere, (here) => {
    if (!here && document.pictureInPictureElement) void document.exitPictureInPicture()
  })

  return {
    main,
    small,
    swapTo,
    isInviting,
    isHere,
    isFlashing: snapshot.isFlashing,
    isSnapshotting: computed(() => snapshot.pending.value > 0),
    isEnding: actions.isEnding,
    act: (action: StageAction) => void run[action](),
  }
}
