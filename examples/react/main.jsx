import 'loec/element';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';

function Picture() {
  const [width, setWidth] = useState(192);
  return (
    <>
      <loec-img src="/harbour.loe" alt="A harbour at dusk" style={{ width }} />
      <button type="button" onClick={() => setWidth(2 * width)}>
        Larger
      </button>
    </>
  );
}

createRoot(document.getElementById('app')).render(<Picture />);
