"""Copy the front-end files that the desk serves from node_modules into the package, without source maps.

Writes vendor/SHA256SUMS beside them, so that what is served can be checked against what was locked.
"""

import hashlib
import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src" / "jiugong_desk" / "ui" / "static" / "vendor"

FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler-1.6.1.min.css",
    "echarts/dist/echarts.min.js": "echarts-6.1.0.min.js",
    "echarts/LICENSE": "echarts-LICENSE.txt",
    "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf": "fonts/NotoSansSC-Regular.ttf",
    "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf": "fonts/NotoSansSC-Bold.ttf",
    "@expo-google-fonts/noto-sans-sc/LICENSE_FONT": "fonts/NotoSansSC-LICENSE.txt",
    "@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf": "fonts/NotoSerifSC-Regular.ttf",
    "@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf": "fonts/NotoSerifSC-Bold.ttf",
    "@expo-google-fonts/noto-serif-sc/LICENSE_FONT": "fonts/NotoSerifSC-LICENSE.txt",
}
SOURCE_MAP = re.compile(rb"\n?/[/*]# sourceMappingURL=[^\n]*")


def main() -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    sums = []
    for source, target in sorted(FILES.items(), key=lambda pair: pair[1]):
        data = (MODULES / source).read_bytes()
        if target.endswith((".css", ".js")):
            data = SOURCE_MAP.sub(b"", data)
        path = VENDOR / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        sums.append(f"{hashlib.sha256(data).hexdigest()}  {target}\n")
    (VENDOR / "SHA256SUMS").write_text("".join(sums), encoding="ascii")


if __name__ == "__main__":
    main()
