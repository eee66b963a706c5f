// Reads QR codes with the browser's own BarcodeDetector, where there is one.
const PAUSE_MS = 250;
/** The same code held before the camera is read once. */
const SAME_MS = 4000;

export async function canRead() {
  if (!("BarcodeDetector" in globalThis) || !navigator.mediaDevices?.getUserMedia) return false;
  try {
    return (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
  } catch {
    return false;
  }
}

/** Starts the camera; calls `seen` with the text of each code. */
export async function look(video, seen) {
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
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
