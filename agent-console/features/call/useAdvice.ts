import { computed, shallowRef, watch } from 'vue'
import type { AdviceCode, QualityLevel } from '../../../call-session'
import type { Tone } from '../../ui/UiChip.vue'
import { useCallStore } from './call.store'
import { callLibrary } from './call-library'

export const qualityTone: Record<QualityLevel, Tone> = {
  excellent: 'good',
  good: 'good',
  poor: 'warn',
  lost: 'bad',
  unknown: 'neutral',
}

/** How the connection is on both sides, and what would help. */
export function useAdvice() {
  const call = useCallStore()
  const advice = shallowRef<AdviceCode | null>(null)
  watch(
    () => call.quality,
    async (report) => {
      if (!report) {
        advice.value = null
        return
      }
      const { adviseOn } = await callLibrary()
      advice.value = adviseOn({
        local: report.local.level,
        remote: report.remote.level,
        isCameraOn: call.local.cameraOn,
        loss: report.remote.received.loss ?? report.local.sent.loss,
        rttMs: report.link.rttMs,
        transport: report.link.transport,
      })
    },
  )
  const worst = computed<QualityLevel>(() => {
    const order: QualityLevel[] = ['lost', 'poor', 'good', 'excellent']
    const levels = [call.quality?.local.level, call.visitor?.quality]
    return order.find((level) => levels.includes(level)) ?? 'unknown'
  })
  return { advice, worst }
}
