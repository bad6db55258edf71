import { Camera, Mic, Volume2 } from '@lucide/vue'
import { computed, onScopeDispose, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { type DeviceList, listDevices, onDevicesChanged } from '../../../call-session/devices'
import { useToasts } from '../../ui/toasts'
import type { MenuItem } from '../../ui/UiMenu.vue'
import { useCallStore } from './call.store'
import { useDeviceChoiceStore } from './device-choice.store'

/** Cameras, microphones and loudspeakers as a menu; a choice holds for this and every later call. */
export function useDeviceMenu() {
  const { t } = useI18n()
  const call = useCallStore()
  const choice = useDeviceChoiceStore()
  const toasts = useToasts()
  const list = shallowRef<DeviceList>({ cameras: [], microphones: [], speakers: [] })

  const refresh = () =>
    listDevices().then(
      (devices) => {
        list.value = devices
      },
      () => toasts.bad(t('call.devices.listFailed')),
    )
  onScopeDispose(onDevicesChanged(refresh))
  void refresh()

  async function pick(kind: 'camera' | 'microphone' | 'speaker', id: string): Promise<void> {
    const isDone = await call.useDevice(kind, id)
    if (!isDone) toasts.bad(t('call.devices.switchFailed'))
  }
  const group = (
    kind: 'camera' | 'microphone' | 'speaker',
    devices: MediaDeviceInfo[],
    icon: MenuItem['icon'],
  ) =>
    devices.map<MenuItem>((device, index) => ({
      id: `${kind}-${device.deviceId}`,
      label: device.label || `${t(`call.devices.${kind}`)} ${index + 1}`,
      icon,
      checked: choice[kind] ? choice[kind] === device.deviceId : device.deviceId === 'default' || index === 0,
      separated: index === 0 && kind !== 'camera',
      run: () => void pick(kind, device.deviceId),
    }))
  const items = computed<MenuItem[]>(() => {
    const all = [
      ...group('camera', list.value.cameras, Camera),
      ...group('microphone', list.value.microphones, Mic),
      ...group('speaker', list.value.speakers, Volume2),
    ]
    return all.length
      ? all
      : [{ id: 'none', label: t('call.devices.none'), disabled: true, run: () => undefined }]
  })
  return { items, refresh }
}
