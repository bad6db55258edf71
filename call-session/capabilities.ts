/** What this browser can do in this page, tested on the objects themselves, never read from its name. */
export interface Capabilities {
  getUserMedia: boolean
  getDisplayMedia: boolean
  pictureInPicture: boolean
  fullscreen: boolean
  setSinkId: boolean
  rtc: boolean
}

interface WithPolicy {
  featurePolicy?: { allowsFeature(feature: string): boolean }
  permissionsPolicy?: { allowsFeature(feature: string): boolean }
}

/** Whether the embedding page lets us use a feature; null where the browser cannot tell. */
export function isAllowedByPolicy(feature: 'camera' | 'microphone' | 'display-capture'): boolean | null {
  const holder = document as Document & WithPolicy
  const policy = holder.permissionsPolicy ?? holder.featurePolicy
  return policy ? policy.allowsFeature(feature) : null
}

export function capabilities(): Capabilities {
  // Absent on insecure pages and in several in-app web views, whatever the type says.
  const media: MediaDevices | undefined = navigator.mediaDevices
  const video = HTMLVideoElement.prototype
  return {
    getUserMedia: typeof media?.getUserMedia === 'function',
    getDisplayMedia:
      typeof media?.getDisplayMedia === 'function' && isAllowedByPolicy('display-capture') !== false,
    pictureInPicture: document.pictureInPictureEnabled === true || 'webkitSetPresentationMode' in video,
    fullscreen: document.fullscreenEnabled === true || 'webkitEnterFullscreen' in video,
    setSinkId: 'setSinkId' in HTMLMediaElement.prototype,
    rtc: typeof RTCPeerConnection === 'function' && 'addTransceiver' in RTCPeerConnection.prototype,
  }
}
