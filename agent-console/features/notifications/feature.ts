import { defineFeature } from '../../shell/feature'
import NoticeBell from './NoticeBell.vue'
import { useNotificationsStore } from './notifications.store'

export default defineFeature({
  topBar: [{ id: 'notifications', slot: 'end', component: NoticeBell, order: 90 }],
  setup: () => useNotificationsStore().start(),
})
