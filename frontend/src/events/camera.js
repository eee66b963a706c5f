// Reads QR codes with the browser's own BarcodeDetector; where it has none (Safari, all browsers on
// an iPhone, Firefox), with one of the same form in plain JavaScript, which only then is loaded.
const PAUSE_MS = 250;
/** The same code held before the camera is read once. */
const SAME_MS = 4000;

/** What reads codes here; null where no page may use a camera, or the decoder cannot be loaded. */
export async function reader() {
  if (!navigator.mediaDevices?.getUserMedia) return null;
  const options = { formats: ["qr_code"] };
  try {
    if (await readsByItself()) return new globalThis.BarcodeDetector(options);
    // Now and not when the camera starts: by then the network may be gone.
    const { BarcodeDetector } = await import("qr/decode.js");
    return new BarcodeDetector(options);
  } catch (error) {
    console.error(error);
    return null;
  }
}

/** Some browsers have the detector without the part of their system that would read. */
async function readsByItself() {
  try {
    const formats = await globalThis.BarcodeDetector?.getSupportedFormats();
    return formats?.includes("qr_code") ?? false;
  } catch {
    return false;
  }
}

/** Starts the camera; calls `seen` with the text of each code. */
export async function look(detector, video, seen) {
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  await video.play();
  let last = "";
  let since = 0;
  const again = async () => {
    if (!video.srcObject) return;
    try {
      for (const { rawValue } of await detector.detect(video)) {
        if (rawValue === last && Date.now() - since < SAME_MS) continue;
        [last, since] = [rawValue, Date.now()];
        seen(rawValue);
      }
    } catch (error) {
      console.error(error);
    }
    setTimeout(again, PAUSE_MS);
  };
  again();
}
