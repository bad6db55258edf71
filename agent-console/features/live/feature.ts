import { defineFeature } from '../../shell/feature'
import LiveAnnouncer from './LiveAnnouncer.vue'

export default defineFeature({ overlays: [LiveAnnouncer] })
