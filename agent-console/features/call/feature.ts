import { defineFeature } from '../../shell/feature'
import MiniStage from './MiniStage.vue'

export default defineFeature({ overlays: [MiniStage] })
