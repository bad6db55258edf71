import { Video } from '@lucide/vue'
import { computed } from 'vue'
import { defineFeature } from '../../shell/feature'
import { useAutoJoin } from '../call/useAutoJoin'
import { useDeskStore } from './desk.store'
import IncomingOffer from './IncomingOffer.vue'

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
  setup() {
    const close = useDeskStore().open()
    useAutoJoin()
    return close
  },
})
