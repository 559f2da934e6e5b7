/** The camera: asked for, shown in a video element, and its light. */

export type CameraProblem = 'no-camera' | 'denied' | 'busy' | 'failed';

export type Camera = {
  readonly track: MediaStreamTrack;
  readonly torch?: Torch;
};

export type Torch = { set(on: boolean): Promise<void> };

/** What decides is camera pixels a module: 720 lines read a code of 20 mm, 480 hardly do. A camera that has fewer gives what it has. */
const WANTED: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } },
};

/** Resolves once the video runs. */
export async function openCamera(video: HTMLVideoElement): Promise<Camera | CameraProblem> {
  // Absent in old browsers, in some apps' browsers, and wherever the page is not served over https.
  if (!navigator.mediaDevices?.getUserMedia) return 'no-camera';
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia(WANTED);
  } catch (error) {
    return problemOf(error);
  }
  const [track] = stream.getVideoTracks();
  if (!track) return 'no-camera';
  video.muted = true;
  video.playsInline = true; // else an iPhone shows it full screen
  video.srcObject = stream;
  try {
    await video.play();
  } catch {
    track.stop();
    return 'failed';
  }
  const torch = torchOf(track);
  return torch ? { track, torch } : { track };
}

export function closeCamera({ track }: Camera, video: HTMLVideoElement): void {
  track.stop();
  video.srcObject = null;
}

/** Media Capture and Streams §10.2.1: what getUserMedia rejects with. */
function problemOf(error: unknown): CameraProblem {
  switch (error instanceof DOMException ? error.name : '') {
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'no-camera';
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'failed';
  }
}

/** `torch` is no part of TypeScript's library, so its two uses are cast. */
function torchOf(track: MediaStreamTrack): Torch | undefined {
  const capabilities = (track.getCapabilities?.() ?? {}) as { torch?: boolean };
  if (!capabilities.torch) return undefined;
  return { set: (on) => track.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] }) };
}
