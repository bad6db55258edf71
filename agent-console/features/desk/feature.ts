import { Video } from '@lucide/vue'
import { computed } from 'vue'
import { defineFeature } from '../../shell/feature'
import { useAutoJoin } from '../call/useAutoJoin'
import { useDeferredStore } from './deferred.store'
import { useDeskStore } from './desk.store'
import IncomingOffer from './IncomingOffer.vue'
import TodayFigures from './TodayFigures.vue'

const waiting = computed(() => useDeskStore().state.queue.length)

export default defineFeature({
  routes: [
    {
      path: 'desk/:consultationId?',
      name: 'desk',
      component: () => import('./DeskPage.vue'),
      props: true,
      meta: { titleKey: 'desk.title' },
    },
  ],
  navigation: [
    { id: 'queue', icon: Video, labelKey: 'desk.nav', to: { name: 'desk' }, order: 10, badge: waiting },
  ],
  overlays: [IncomingOffer],
  topBar: [
    {
      id: 'today',
      slot: 'figures',
      component: TodayFigures,
      order: 10,
      permission: 'consultations.serve',
    },
  ],
  setup() {
    const closers = [useDeskStore().open(), useDeferredStore().open()]
    useAutoJoin()
    return () => {
      for (const close of closers) close()
    }
  },
})
